/**
 * The reasons in a container's waiting state that do not resolve by themselves. ErrImagePull and ImagePullBackOff are not
 * among them: the cause may be temporary.
 */
export const permanentWaitingReasons = [
  'InvalidImageName',
  'ImageInspectError',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
]
