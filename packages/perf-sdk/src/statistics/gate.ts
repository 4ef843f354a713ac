import type { MetricAnswer } from './evaluate.js'

/** Of all gate metrics: what fails a build, what is no answer, and all else. */
export type GateOutcome = 'slower' | "can't tell" | 'not slower'

/**
 * A gate metric that is slower by less than X does not fail a build.
 *
 * @throws Error if there is no answer: nothing is known then
 */
export function gateOutcome(answers: MetricAnswer[]): GateOutcome {
  checkAnswered(answers)
  const verdicts = answers.map(({ verdict }) => verdict)
  if (verdicts.includes('slower')) return 'slower'
  return verdicts.includes("can't tell") ? "can't tell" : 'not slower'
}

/**
 * Whether a run may stop at a look, before its last one.
 *
 * @throws Error if there is no answer
 */
export function mayStop(gateAnswers: MetricAnswer[]): boolean {
  checkAnswered(gateAnswers)
  return gateAnswers.every(({ decided }) => decided)
}

function checkAnswered(answers: MetricAnswer[]): void {
  if (answers.length === 0) throw new Error('a gate has at least one metric, but none has an answer')
}
