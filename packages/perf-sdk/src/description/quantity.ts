import { InputError } from '@dapr-perf/errors'

// https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/
const factors = new Map<string, number>(
  Object.entries({
    '': 1,
    n: 1e-9,
    u: 1e-6,
    m: 1e-3,
    k: 1e3,
    M: 1e6,
    G: 1e9,
    T: 1e12,
    P: 1e15,
    E: 1e18,
    Ki: 2 ** 10,
    Mi: 2 ** 20,
    Gi: 2 ** 30,
    Ti: 2 ** 40,
    Pi: 2 ** 50,
    Ei: 2 ** 60,
  }),
)
const format = /^([+-]?(?:\d+\.?\d*|\.\d+))(?:[eE]([+-]?\d+)|([a-zA-Z]*))$/

/**
 * A Kubernetes quantity, such as 250Mi, 0.1 or 1e3, as a number.
 *
 * @throws InputError that names it, if it is none
 */
export function parseQuantity(quantity: string): number {
  const [, number, exponent = '0', unit = ''] = format.exec(quantity) ?? []
  const factor = factors.get(unit)
  if (number === undefined || factor === undefined)
    throw new InputError(`${JSON.stringify(quantity)} is no Kubernetes quantity, such as 250Mi, 0.1 or 1e3`)
  return Number(`${number}e${exponent}`) * factor
}

/** The same, but undefined where it is none, or nobody tells it. */
export function knownQuantity(quantity: string | undefined): number | undefined {
  try {
    return quantity === undefined ? undefined : parseQuantity(quantity)
  } catch {
    return undefined
  }
}
