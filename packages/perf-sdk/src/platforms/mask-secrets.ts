const mask = '***'

// Those that Dapr's components mark as sensitive, and what is usual elsewhere.
const anywhere =
  'pass(?:word|wd|phrase|(?![a-z]))|auth(?![a-z])|pwd|secret|token|credential|authorization|connection.?string|dsn|access.?key|private.?key|jwt|webhook|pfx'
const atEnd = 'keys?|cert(?:ificate)?s?|sig(?:nature)?|[_.-]pat'
const nameOf = (characters: string) =>
  `(?:[${characters}]*(?:${anywhere})[${characters}]*|[${characters}]*(?:${atEnd}))`
const name = nameOf('\\w.-')

/** Names whose values are secrets. */
const secretName = new RegExp(`^${nameOf('\\w.:-')}$`, 'i')

// Within a text: a user and password before a host (amqp://me:secret@host, me:secret@tcp(host)), NAME=VALUE up to the next
// ; or &, "NAME": "VALUE", and Bearer VALUE.
const userInfo = /(:\/\/)\S*@|(^|[\s=,'"])[^\s:/@]+:(?!\/\/)\S+@/g
const assignment = new RegExp(`(${name}\\s*=\\s*)(?:"[^"]*"|'[^']*'|[^;&\\n]*)`, 'gi')
const jsonField = new RegExp(`("${name}"\\s*:\\s*)"(?:[^"\\\\]|\\\\.)*"`, 'gi')
const authorization = /\b(Bearer|Basic)\s+\S+/gi
const privateKey = /-----BEGIN [A-Z ]*PRIVATE KEY-----/

/**
 * A copy of a value for the results, which are made to be shared, with what looks like a secret replaced by `***`.
 *
 * @param name what the value belongs to; `{ name, value }` and the fields of objects have names of their own
 */
export function maskSecrets<T>(value: T, name = ''): T {
  return masked(value, name) as T
}

function masked(value: unknown, name: string): unknown {
  if (typeof value === 'string') return maskText(value, name)
  if (Array.isArray(value)) return value.map((entry) => masked(entry, name))
  if (typeof value !== 'object' || value === null) return value
  const { name: own } = value as { name?: unknown }
  const nameOf = (field: string) => (field === 'value' && typeof own === 'string' ? own : field)
  return Object.fromEntries(
    Object.entries(value).map(([field, entry]) => [field, masked(entry, nameOf(field))]),
  )
}

function maskText(text: string, name: string): string {
  if (text === '') return text
  if (secretName.test(name) || privateKey.test(text)) return mask
  return text
    .replace(userInfo, (_, scheme = '', before = '') => `${scheme}${before}${mask}@`)
    .replace(assignment, `$1${mask}`)
    .replace(jsonField, `$1"${mask}"`)
    .replace(authorization, `$1 ${mask}`)
}
