import type { FaultParameter, FaultParameterName } from "../chaos/faults.ts";
import type { FaultSetting } from "../chaos/rules.ts";
import { secondMs } from "../time/times.ts";
import { inLargeUnit } from "./durations.ts";

interface ParameterWords {
  readonly label: string;
  readonly unit: string;
  /** Absent: it is no length of time. */
  readonly unitMs?: number;
}

const parameterNames = ["delayMs", "ageSeconds", "retryAfterSeconds", "status", "pauseMs"] as const;

/** The parameters of faults as forms call them, and what they count. */
export const parameterWords: Readonly<Record<FaultParameterName, ParameterWords>> = {
  delayMs: { label: "Delay", unit: "Milliseconds by the sandbox's clock", unitMs: 1 },
  ageSeconds: { label: "Age", unit: "Seconds", unitMs: secondMs },
  retryAfterSeconds: { label: "Time to wait", unit: "Seconds", unitMs: secondMs },
  status: { label: "Answer", unit: "HTTP status" },
  pauseMs: { label: "Pause", unit: "Milliseconds of real time", unitMs: 1 },
};

/** What a parameter takes. */
export const rangeOf = ({ name, min, max, default: byDefault, oneOf }: FaultParameter): string => {
  const { unit } = parameterWords[name];
  if (oneOf !== undefined) return `${unit}. Default: ${byDefault}.`;
  return `${unit}, from ${min} to ${legible(name, max)}. Default: ${legible(name, byDefault)}.`;
};

/** How often a fault strikes, and with which values. */
export const settingInWords = ({ next, probability, ...values }: FaultSetting): string => {
  const times = next === 1 ? "the next time" : `the next ${next} times`;
  const often = next === undefined ? `with a probability of ${probability}` : times;
  const parameters = parameterNames.flatMap((name) => {
    const value = values[name];
    return value === undefined ? [] : [`${name} ${legible(name, value)}`];
  });
  return [often, ...parameters].join(", ");
};

const legible = (name: FaultParameterName, value: number): string => {
  const { unitMs } = parameterWords[name];
  return `${value}${unitMs === undefined ? "" : inLargeUnit(value * unitMs)}`;
};
