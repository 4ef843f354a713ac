/** Waits for all of them, even if one fails. @throws what the first one failed with */
export async function settled<T>(promises: PromiseLike<T>[]): Promise<T[]> {
  await Promise.allSettled(promises)
  return Promise.all(promises)
}
