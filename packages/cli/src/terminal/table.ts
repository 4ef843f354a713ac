import Table from 'cli-table3'

type Alignment = 'left' | 'right'

/** A table for the terminal, without lines, so that tools such as awk can parse it, too. */
export function table(head: string[], rows: string[][], alignment: Alignment[] = []): string {
  const bare = { top: '', 'top-mid': '', 'top-left': '', 'top-right': '', bottom: '', 'bottom-mid': '' }
  const none = { 'bottom-left': '', 'bottom-right': '', left: '', 'left-mid': '', mid: '', 'mid-mid': '' }
  const lines = new Table({
    head,
    colAligns: alignment,
    chars: { ...bare, ...none, right: '', 'right-mid': '', middle: '  ' },
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [] },
  })
  lines.push(...rows)
  return lines
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
