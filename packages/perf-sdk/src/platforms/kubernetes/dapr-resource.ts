/** How the API names the resources that Dapr brings along. */
export const daprResource = (plural: 'components' | 'configurations') => ({
  group: 'dapr.io',
  version: 'v1alpha1',
  plural,
})
