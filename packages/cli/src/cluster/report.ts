/** Shows what is done, and what came of it. */
export function report(line: string): void {
  console.error(line)
}
