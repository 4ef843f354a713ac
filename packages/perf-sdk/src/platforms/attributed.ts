import { DaprPerfError, InputError, VariantError } from '@dapr-perf/errors'

/** What fails is the variant's, if there is one. */
export async function attributed<T>(variant: string | undefined, step: () => Promise<T>): Promise<T> {
  try {
    return await step()
  } catch (error) {
    const isItsOwn = !(error instanceof InputError || error instanceof VariantError)
    if (variant === undefined || !(error instanceof DaprPerfError) || !isItsOwn) throw error
    throw new VariantError(variant, error.message, { cause: error })
  }
}
