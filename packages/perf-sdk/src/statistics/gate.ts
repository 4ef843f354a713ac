import type { MetricAnswer } from './evaluate.js'

/** Of all gate metrics: what fails a build, what is no answer, and all else. */
export type GateOutcome = 'slower' | "can't tell" | 'not slower'

/** A gate metric that is slower by less than X does not fail a build. */
export function gateOutcome(answers: MetricAnswer[]): GateOutcome {
  const verdicts = answers.map(({ verdict }) => verdict)
  if (verdicts.includes('slower')) return 'slower'
  return verdicts.includes("can't tell") ? "can't tell" : 'not slower'
}

/** Whether a run may stop at a look, before its last one. */
export const mayStop = (gateAnswers: MetricAnswer[]) => gateAnswers.every(({ decided }) => decided)
