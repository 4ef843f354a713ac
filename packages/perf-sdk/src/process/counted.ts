/**
 * The total of a counter of which the kernel keeps a part for each thread, where it is lost when the thread ends. Never less
 * than before.
 */
export class Counted {
  #total = 0
  /** Of threads that have ended, as far as it is known. */
  #ended = 0

  /**
   * @param living the sum over the threads that live now
   * @param atLeast what the total is known to have reached, from elsewhere
   * @returns the new total
   */
  update(living: number, atLeast = 0): number {
    this.#total = Math.max(this.#total, living + this.#ended, atLeast)
    this.#ended = this.#total - living
    return this.#total
  }
}
