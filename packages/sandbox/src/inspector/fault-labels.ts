import type { FaultParameter, FaultParameterName } from "../chaos/faults.ts";
import type { FaultSetting } from "../chaos/rules.ts";
import { SECOND_MS } from "../time/times.ts";
import { inLargeUnit } from "./durations.ts";

interface ParameterWords {
  readonly label: string;
  readonly unit: string;
  /** Absent: it is not a duration. */
  readonly unitMs?: number;
}

const PARAMETER_NAMES = ["delayMs", "ageSeconds", "retryAfterSeconds", "status", "pauseMs"] as const;

/** The parameters of faults as forms call them, and what they count. */
export const PARAMETER_WORDS: Readonly<Record<FaultParameterName, ParameterWords>> = {
  delayMs: { label: "Delay", unit: "Milliseconds by the sandbox's clock", unitMs: 1 },
  ageSeconds: { label: "Age", unit: "Seconds", unitMs: SECOND_MS },
  retryAfterSeconds: { label: "Time to wait", unit: "Seconds", unitMs: SECOND_MS },
  status: { label: "Answer", unit: "HTTP status" },
  pauseMs: { label: "Pause", unit: "Milliseconds of real time", unitMs: 1 },
};

/** The accepted values of a parameter. */
export const rangeOf = ({ name, min, max, default: byDefault, oneOf }: FaultParameter): string => {
  const { unit } = PARAMETER_WORDS[name];
  if (oneOf !== undefined) return `${unit}. Default: ${byDefault}.`;
  return `${unit}, from ${min} to ${legible(name, max)}. Default: ${legible(name, byDefault)}.`;
};

/** How often a fault happens, and with which values. */
export const settingInWords = ({ next, probability, ...values }: FaultSetting): string => {
  const times = next === 1 ? "the next time" : `the next ${next} times`;
  const often = next === undefined ? `with a probability of ${probability}` : times;
  const parameters = PARAMETER_NAMES.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`${name} ${legible(name, value)}`];
  });
  return [often, ...parameters].join(", ");
};

const legible = (name: FaultParameterName, value: number): string => {
  const { unitMs } = PARAMETER_WORDS[name];
  return `${value}${unitMs === undefined ? "" : inLargeUnit(value * unitMs)}`;
};
