const kinds = 3
const longest = 300

/** fortio's warnings and errors, and how it writes them: `12:34:56 W http_client.go:863> Buffer is too small …`. */
const logged = /^[\d:.]+ (?:\S+ )?[WE] \S+> (.*)/

/** Keeps the first warning of each kind: a failing load logs one for each request. */
export class Warnings {
  readonly #first = new Map<string, string>()

  add(line: string): void {
    const message = logged.exec(line)?.[1]
    if (message === undefined || this.#first.size === kinds) return
    const kind = message.replace(/0x[\da-f]+|\d+/g, '#')
    if (!this.#first.has(kind)) this.#first.set(kind, message.slice(0, longest))
  }

  get list(): string[] {
    return [...this.#first.values()]
  }
}
