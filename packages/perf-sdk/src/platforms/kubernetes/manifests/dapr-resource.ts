/** The API names of Dapr's custom resources. */
export const daprResource = (plural: 'components' | 'configurations') => ({
  group: 'dapr.io',
  version: 'v1alpha1',
  plural,
})
