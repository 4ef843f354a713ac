const mask = '***'

// Those that Dapr's components mark as sensitive, and what is usual elsewhere.
const anywhere =
  'pass(?:word|wd|phrase|(?![a-z]))|auth(?![a-z])|pwd|secret|token|credential|authorization|connection.?string|dsn|access.?key|private.?key|jwt|webhook|pfx'
const atEnd = 'keys?|cert(?:ificate)?s?|sig(?:nature)?|[_.-]pat'

/** Names whose values are secrets. */
const secretName = new RegExp(`${anywhere}|(?:${atEnd})$`, 'i')

/** Fields of Dapr's resources that say where a secret is, and don't have it. */
const references = ['secretKeyRef', 'secretStore']

/** Text that ends with such a name. */
const secretNameAtEnd = new RegExp(`(?:${anywhere})[\\w.-]*$|(?:${atEnd})$`, 'i')
const longestStartOfName = 'connection '.length // the part of a secret name before a character that is in no other name

const authorization = /\b(Bearer|Basic)\s+\S+/gi
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/

/**
 * A copy of a value for the results, which are made to be shared, with what looks like a secret replaced by `***`. It takes
 * time in proportion to the length of the value: it is called during loads, with text of any kind.
 *
 * @param name what the value belongs to; `{ name, value }` and the fields of objects have names of their own
 */
export function maskSecrets<T>(value: T, name = ''): T {
  return masked(value, name) as T
}

/** A copy of a command's words for the results. What follows `--token` and the like is masked, too. */
export function maskArguments(words: string[]): string[] {
  const afterFlag = (word: string, before = '') => (before.startsWith('-') ? maskSecrets(word, before) : word)
  return maskSecrets(words).map((text, index) => {
    const parts = text.split(/(\s+)/) // a word may be a command itself, as that of sh -c
    return parts.map((part, at) => afterFlag(part, at === 0 ? words[index - 1] : parts[at - 2])).join('')
  })
}

function masked(value: unknown, name: string): unknown {
  if (typeof value === 'string') return maskText(value, name)
  if (Array.isArray(value)) return value.map((entry) => masked(entry, name))
  if (typeof value !== 'object' || value === null) return value
  const { name: own } = value as { name?: unknown }
  const nameOf = (field: string) => (field === 'value' && typeof own === 'string' ? own : field)
  return Object.fromEntries(
    Object.entries(value).map(([field, entry]) => [
      field,
      references.includes(field) ? entry : masked(entry, nameOf(field)),
    ]),
  )
}

function maskText(text: string, name: string): string {
  if (text === '') return text
  if (secretName.test(name) || privateKey.test(text)) return mask
  const withoutUsers = text.replace(/\S+/g, maskUserInfo)
  const withoutAssigned = maskParts(withoutUsers, assignedSecrets(withoutUsers))
  return maskParts(withoutAssigned, secretFields(withoutAssigned)).replace(authorization, `$1 ${mask}`)
}

/** Masks the user and password before a host: amqp://me:secret@host, me:secret@tcp(host). @param word has no spaces */
function maskUserInfo(word: string): string {
  const end = word.lastIndexOf('@')
  const scheme = word.indexOf('://')
  const afterScheme = scheme >= 0 && scheme + 3 <= end ? scheme + 3 : word.length
  const start = Math.min(afterScheme, startOfUser(word, end))
  return start <= end ? `${word.slice(0, start)}${mask}${word.slice(end)}` : word
}

/** Where the first `me:secret` before an @ begins: where the word does, or after a sign such as = in it. */
function startOfUser(word: string, end: number): number {
  for (const { 0: part, index } of word.slice(0, end + 1).matchAll(/[^:/@]*[:/@]/g)) {
    const colon = index + part.length - 1
    if (word[colon] !== ':' || word.startsWith('//', colon + 1) || colon + 1 >= end) continue
    const sign = index === 0 ? -1 : part.search(/[=,'"]/)
    const start = index + sign + 1
    if ((index === 0 || sign >= 0) && start < colon) return start
  }
  return word.length
}

/** A part of a text, from start to before end. */
interface Part {
  start: number
  end: number
}

/** The values of NAME=VALUE: in quotes, or up to the next ; or & or the end of the line. */
function assignedSecrets(text: string): Part[] {
  const secrets: Part[] = []
  let unquotedEnd = -1
  for (const { 0: sign, index } of text.matchAll(/=\s*/g)) {
    if (!endsWithSecretName(text, index)) continue
    const start = index + sign.length
    const quote = text[start] === '"' || text[start] === "'" ? text.indexOf(text[start], start + 1) : -1
    if (quote < 0 && unquotedEnd < start) unquotedEnd = endOfMatch(/[^;&\n]*/y, text, start)
    secrets.push({ start, end: quote < 0 ? unquotedEnd : quote + 1 })
  }
  return secrets
}

/** The values of "NAME": "VALUE", without their quotes. */
function secretFields(text: string): Part[] {
  return [...text.matchAll(/"\s*:\s*(?=")/g)].flatMap(({ 0: sign, index }) => {
    if (!endsWithSecretName(text, index)) return []
    const start = index + sign.length + 1
    const end = endOfMatch(/(?:[^"\\]|\\.)*"/y, text, start)
    return end > 0 ? [{ start, end: end - 1 }] : []
  })
}

/** Where a match from there ends; 0 if there is none. @param pattern is sticky */
function endOfMatch(pattern: RegExp, text: string, from: number): number {
  pattern.lastIndex = from
  pattern.test(text)
  return pattern.lastIndex
}

/** Whether the name that ends there, but for spaces, is one of a secret. */
function endsWithSecretName(text: string, at: number): boolean {
  let end = at
  while (end > 0 && /\s/.test(text.charAt(end - 1))) end--
  let start = end
  while (start > 0 && /[\w.-]/.test(text.charAt(start - 1))) start--
  return secretNameAtEnd.test(text.slice(Math.max(0, start - longestStartOfName), end))
}

/** @param parts in the order of their starts; they may overlap */
function maskParts(text: string, parts: Part[]): string {
  let shown = ''
  let done = 0
  let maskedTo = -1
  for (const { start, end } of parts) {
    if (start > maskedTo) shown += `${text.slice(done, start)}${mask}`
    maskedTo = Math.max(maskedTo, end)
    done = maskedTo
  }
  return shown + text.slice(done)
}
