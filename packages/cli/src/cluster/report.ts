export function report(line: string): void {
  console.error(line)
}
