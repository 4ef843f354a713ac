/** Of the requests that are due: a rate is reached if so many are sent in time. */
export const leastShareOfRate = 0.99
/** Of the requests of a variant. */
export const mostLatePercent = 5
/** Of the requests of a variant: those that a connection was opened for, which stays open otherwise. */
export const mostReopenedPercent = 5
/** How late the load generator itself may be, for 99 % of the requests of a variant. */
export const mostGeneratorDelayMs = 50
/** Of the machine: where more of it is busy, most of the latency is time spent queueing. */
export const nearlySaturatedShare = 0.8
/** Of the machine: where other processes use more, that is said. */
export const muchByOthersShare = 0.1
