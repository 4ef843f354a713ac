export const sum = (values: number[]) => values.reduce((total, value) => total + value, 0)

export const meanOf = (values: number[]) => sum(values) / values.length
