/** Dapr's programs; each has an image of the same name. */
export const daprPrograms = ['daprd', 'operator', 'sentry', 'injector', 'placement', 'scheduler'] as const
export type DaprProgram = (typeof daprPrograms)[number]
