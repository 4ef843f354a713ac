import { InputError } from '@dapr-perf/errors'

// What Dapr 1.18 can't carry: everything else is encoded where a request is made.

/** @throws InputError if no state store of Dapr can have such a key, or a URL can't carry it */
export function checkKey(key: string): void {
  if (key === '' || isDots(key) || key.includes('||') || isBroken(key))
    throw new InputError(
      `key ${JSON.stringify(key)}: a key can't be empty, . or .., and can't contain || or half a surrogate pair`,
    )
}

/** @throws InputError if Dapr can't publish to such a topic */
export function checkTopic(topic: string): void {
  if (topic === '' || isDots(topic) || isBroken(topic))
    throw new InputError(
      `topic ${JSON.stringify(topic)}: a topic can't be empty, . or .., and can't contain half a surrogate pair`,
    )
}

/** @throws InputError if the sidecars would refuse such a method, or call another one */
export function checkInvokedMethod(method: string, protocol: 'http' | 'grpc'): void {
  checkMethod(method)
  if (protocol === 'grpc') return
  const [path = ''] = method.split('?')
  if (
    /\/\/|.\/$/.test(path) ||
    path.split('/').some(isDots) ||
    /#|%(?![\da-f]{2})|%(2[35f]|3f|[01]|7f)|\p{Cc}/iu.test(path)
  )
    throw new InputError(
      `method ${JSON.stringify(method)}: over HTTP Dapr can't carry #, %, control characters, // or the segments . and .. ` +
        'in its path, nor an encoded ? or /, nor a / at its end',
    )
}

/** @throws InputError if it can't be encoded */
export function checkMethod(method: string): void {
  if (isBroken(method))
    throw new InputError(`method ${JSON.stringify(method)}: it can't contain half a surrogate pair`)
}

const isDots = (text: string) => /^\.\.?$/.test(text)
const isBroken = (text: string) => /\p{Surrogate}/u.test(text)
