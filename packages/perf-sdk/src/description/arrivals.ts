/**
 * When the requests of a load are due: evenly spaced; at random moments (sorted uniform ones, a Poisson process of which the
 * number of requests is known); or as many at one instant as there are connections, as the Go suite loads.
 */
export const arrivalKinds = ['uniform', 'poisson', 'bursts'] as const
export type Arrivals = (typeof arrivalKinds)[number]
