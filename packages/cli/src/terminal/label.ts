/** A variant's name in headings and sentences. */
export const label = (variant: string) => (variant === 'dapr' ? 'Dapr' : variant)
