/** Dapr's custom resources that a run creates, by their kinds. */
export const daprPlurals = {
  Configuration: 'configurations',
  Component: 'components',
  Resiliency: 'resiliencies',
  Subscription: 'subscriptions',
} as const

/** The API names of Dapr's custom resources. @param apiVersion such as `dapr.io/v2alpha1` */
export const daprResource = (kind: keyof typeof daprPlurals, apiVersion = 'dapr.io/v1alpha1') => ({
  group: 'dapr.io',
  version: apiVersion.split('/')[1] as string,
  plural: daprPlurals[kind],
})
