// Makes docs/terminal.svg of a real run: records `dapr-perf run` at a terminal (util-linux' script), plays the
// recording on a terminal emulator, and draws its screen once a second. Usage: node docs/terminal.mjs
import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import xterm from '@xterm/headless'

const command = 'npx dapr-perf run service_invocation_http --qps 200 --arrivals uniform --duration 10s'
const columns = 100
const rows = 48
const lineHeight = 18
const charWidth = 8.4
const colors = { 1: '#f85149', 2: '#3fb950', 3: '#d29922', 6: '#39c5cf' }

const frames = await play(record())
const height = (Math.max(...frames.map(({ lines }) => lines.length)) + 2) * lineHeight
writeFileSync(join(import.meta.dirname, 'terminal.svg'), svg(frames, height))

/** What the terminal got, in pieces with their times in seconds. */
function record() {
  const folder = mkdtempSync(join(tmpdir(), 'dapr-perf-picture-'))
  try {
    const [output, timing] = [join(folder, 'output'), join(folder, 'timing')]
    execFileSync(
      'script',
      [
        ...['--quiet', '--logging-format', 'classic', '--log-out', output, '--log-timing', timing],
        ...['--command', `stty cols ${columns} rows ${rows}; ${command}`],
      ],
      { cwd: join(import.meta.dirname, '..'), stdio: 'ignore' },
    )
    const bytes = readFileSync(output)
    let offset = bytes.indexOf('\n') + 1 // script's own first line
    let at = 0
    return readFileSync(timing, 'utf8')
      .trim()
      .split('\n')
      .map((line) => {
        const [delay, length] = line.split(' ').map(Number)
        at += delay
        offset += length
        return { at, data: bytes.subarray(offset - length, offset) }
      })
  } finally {
    rmSync(folder, { recursive: true })
  }
}

async function play(pieces) {
  const terminal = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true })
  const frames = []
  for (const [index, { at, data }] of pieces.entries()) {
    await new Promise((resolve) => terminal.write(data, resolve))
    const next = pieces[index + 1]
    if (!next || Math.floor(next.at) > Math.floor(at)) frames.push({ at, lines: screen(terminal) })
  }
  return frames
}

function screen(terminal) {
  const { active } = terminal.buffer
  const lines = Array.from({ length: active.length }, (_, row) => spans(active.getLine(row)))
  while (lines.at(-1)?.length === 0) lines.pop()
  return lines
}

/** A line as runs of characters of the same style. */
function spans(line) {
  const found = []
  const length = line.translateToString(true).length
  for (let column = 0; column < length; column++) {
    const cell = line.getCell(column)
    const style = [
      cell.isFgPalette() && colors[cell.getFgColor()] ? `fill="${colors[cell.getFgColor()]}"` : '',
      cell.isBold() ? 'font-weight="bold"' : '',
      cell.isDim() ? 'opacity="0.6"' : '',
    ]
      .filter(Boolean)
      .join(' ')
    const last = found.at(-1)
    if (last?.style === style) last.text += cell.getChars() || ' '
    else found.push({ column, style, text: cell.getChars() || ' ' })
  }
  return found
}

function svg(frames, height) {
  const width = Math.ceil(columns * charWidth + 2 * lineHeight)
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', monospace" font-size="14" fill="#e6edf3">`,
    `<title>${command}</title>`,
    `<rect width="100%" height="100%" rx="8" fill="#0d1117"/>`,
    ...frames.map((frame, index) => group(frame, frames[index - 1], index === frames.length - 1)),
    '</svg>\n',
  ].join('\n')
}

/** Without animation, only the last frame is shown. */
function group({ at, lines }, previous, isLast) {
  const begin = previous ? previous.at : 0
  const [hidden, set] = isLast
    ? ['', `<set attributeName="visibility" to="hidden" begin="0s" dur="${begin.toFixed(2)}s"/>`]
    : [
        ' visibility="hidden"',
        `<set attributeName="visibility" to="visible" begin="${begin.toFixed(2)}s" dur="${(at - begin).toFixed(2)}s"/>`,
      ]
  return `<g${hidden}>${set}${lines.flatMap((line, row) => line.map((span) => text(span, row))).join('')}</g>`
}

function text({ column, style, text }, row) {
  const x = (lineHeight + column * charWidth).toFixed(1)
  const escaped = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<text x="${x}" y="${(row + 2) * lineHeight}" textLength="${(text.length * charWidth).toFixed(1)}" xml:space="preserve" ${style}>${escaped}</text>`
}
