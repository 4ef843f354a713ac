/**
 * Why a container waits, in kubelet's words, where it would wait for good. An image that can't be pulled is not among
 * them: that may pass.
 */
export const hopelessReasons = [
  'InvalidImageName',
  'ImageInspectError',
  'ErrImageNeverPull',
  'CreateContainerConfigError',
  'CreateContainerError',
]
