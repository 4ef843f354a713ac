/**
 * Reports on standard error what is being waited for: after a second, and then every 10 s.
 *
 * @param waitFor starts it
 * @returns what `waitFor` does
 */
export async function reported(what, waitFor) {
  const started = performance.now()
  const first = setTimeout(() => console.error(`${what} …`), 1_000)
  const seconds = () => Math.round((performance.now() - started) / 1000)
  const repeating = setInterval(() => console.error(`${what} … ${seconds()} s so far`), 10_000)
  try {
    return await waitFor()
  } finally {
    clearTimeout(first)
    clearInterval(repeating)
  }
}
