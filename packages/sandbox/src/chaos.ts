import {
  type FaultDescription,
  type FaultName,
  type FaultParameter,
  type FaultParameterName,
  faultNamed,
  faults,
} from "./faults.ts";
import type { Random } from "./random.ts";
import { isJsonObject } from "./reading.ts";
import { spelled } from "./spelled.ts";
import type { State } from "./state.ts";
import type { Provider } from "./types.ts";

/** How often a fault strikes: with a `probability` from 0 to 1, or the `next` so many times. And its parameters. */
export type FaultSetting = { readonly [Name in FaultParameterName]?: number | undefined } & (
  | { readonly probability: number; readonly next?: undefined }
  | { readonly next: number; readonly probability?: undefined }
);

/** A fault with what is set now. */
export interface FaultState extends FaultDescription {
  /** `next` counts down; a provider for which nothing is set is absent. */
  readonly settings: { readonly [Name in Provider]?: FaultSetting };
  /** How often it has struck. */
  readonly struck: { readonly [Name in Provider]?: number };
}

/** The settings at the start, by provider and fault. */
export type ChaosSettings = {
  readonly [Name in Provider]?: { readonly [Fault in FaultName]?: FaultSetting | undefined } | undefined;
};

/** The dials. Nothing is set at first. */
export interface ChaosDials {
  /** Every fault there is, in a steady order. */
  faults(): readonly FaultState[];
  /** Replaces what was set. Throws a TypeError that says what is possible. */
  set(provider: Provider, fault: FaultName, setting: FaultSetting): void;
  /** What is left out is not looked at: without a fault, all of the provider; without a provider, the fault at all of them; without both, everything. */
  clear(provider?: Provider, fault?: FaultName): void;
}

/** The values of a fault that strikes, by the names of its parameters. */
type Strike = Readonly<Record<FaultParameterName, number>>;

/** The dials, and who asks them. */
export interface Chaos extends ChaosDials {
  /** Whether the fault strikes this time; that uses up one of its next times. */
  strikes(provider: Provider, fault: FaultName): Strike | undefined;
  isSet(provider: Provider, fault: FaultName): boolean;
}

/** What is set, and how many times are left of it. */
export interface DialState {
  readonly setting: FaultSetting;
  readonly left: number;
}

interface Dial extends DialState {
  readonly strike: Strike;
}

/** `initial` is for a run from the start; another goes on with the dials that were kept. */
export function createChaos(parts: {
  readonly random: Random;
  readonly providers: readonly Provider[];
  readonly initial: ChaosSettings;
  readonly state: State;
}): Chaos {
  const { random, providers, initial } = parts;
  const keptDials = parts.state.shelf("dials");
  const keptCounts = parts.state.shelf("struck");
  const dials = new Map<string, Dial>();
  const counts = new Map<string, number>(keptCounts.kept);
  const draws = new Map<string, Random>();
  const keyOf = (provider: Provider, fault: FaultName): string => `${provider} ${fault}`;

  /** Of its own for each dial, so that one which is turned up does not change what the others do. */
  function drawsOf(key: string): Random {
    const known = draws.get(key) ?? random.fork(key);
    draws.set(key, known);
    return known;
  }

  function byProvider<Value>(read: (provider: Provider) => Value | undefined): { [Name in Provider]?: Value } {
    const found = providers.flatMap((provider) => {
      const value = read(provider);
      return value === undefined ? [] : [[provider, value] as const];
    });
    return Object.fromEntries(found) as { [Name in Provider]?: Value };
  }

  function turn(provider: Provider, fault: FaultName, { setting, left }: DialState): void {
    const parameters = faultNamed(fault)?.parameters ?? [];
    const values = parameters.map((parameter) => [parameter.name, setting[parameter.name] ?? parameter.default]);
    dials.set(keyOf(provider, fault), { setting, left, strike: Object.fromEntries(values) as Strike });
    keptDials.put(keyOf(provider, fault), { setting, left });
  }

  function takeOff(key: string): void {
    dials.delete(key);
    keptDials.remove(key);
  }

  const chaos: Chaos = {
    faults: () =>
      faults.map((fault) => ({
        ...fault,
        settings: byProvider((provider) => settingNow(dials.get(keyOf(provider, fault.name)))),
        struck: byProvider((provider) => counts.get(keyOf(provider, fault.name))),
      })),
    set(provider, fault, setting) {
      const problem = problemWithDial(providers, provider, fault, setting);
      if (problem !== undefined) throw new TypeError(`chaos.set: ${problem}`);
      turn(provider, fault, { setting, left: setting.next ?? Number.POSITIVE_INFINITY });
    },
    clear(provider, fault) {
      if (fault !== undefined && faultNamed(fault) === undefined) {
        throw new TypeError(`chaos.clear: ${noSuchFault(fault)}`);
      }
      const problem = provider === undefined ? undefined : problemWithFault(providers, provider, fault);
      if (problem !== undefined) throw new TypeError(`chaos.clear: ${problem}`);
      for (const owner of provider === undefined ? providers : [provider]) {
        for (const { name } of faults) {
          if (fault === undefined || fault === name) takeOff(keyOf(owner, name));
        }
      }
    },
    strikes(provider, fault) {
      const key = keyOf(provider, fault);
      const dial = dials.get(key);
      if (dial === undefined) return undefined;
      if (dial.setting.probability !== undefined && drawsOf(key).fraction() >= dial.setting.probability)
        return undefined;
      if (dial.left === 1) takeOff(key);
      else turn(provider, fault, { setting: dial.setting, left: dial.left - 1 });
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      keptCounts.put(key, count);
      return dial.strike;
    },
    isSet: (provider, fault) => dials.has(keyOf(provider, fault)),
  };
  for (const provider of providers) {
    for (const { name } of faults) {
      const kept = keptDials.kept.get(keyOf(provider, name));
      if (kept !== undefined) turn(provider, name, kept);
    }
    for (const [fault, setting] of Object.entries(initial[provider] ?? {})) {
      if (setting !== undefined) chaos.set(provider, fault as FaultName, setting);
    }
  }
  return chaos;
}

function settingNow(dial: Dial | undefined): FaultSetting | undefined {
  if (dial === undefined) return undefined;
  return dial.setting.next === undefined
    ? { ...dial.setting, ...dial.strike }
    : { ...dial.setting, ...dial.strike, next: dial.left };
}

/** Why this provider has no such fault, or `undefined` where it has. `undefined` is all faults. */
export function problemWithFault(started: readonly Provider[], provider: unknown, fault: unknown): string | undefined {
  if (!started.some((name) => name === provider)) {
    return `there is no provider ${spelled(provider)}; there are ${started.join(", ")}`;
  }
  if (fault === undefined) return undefined;
  const known = faultNamed(fault);
  if (known === undefined) return noSuchFault(fault);
  if (known.providers.some((name) => name === provider)) return undefined;
  return `${known.name} is for ${known.providers.join(", ")} only`;
}

/** What is wrong with a dial as it is to be turned, or `undefined` where nothing is. */
export function problemWithDial(
  started: readonly Provider[],
  provider: unknown,
  fault: unknown,
  setting: unknown,
): string | undefined {
  const problem = problemWithFault(started, provider, fault);
  if (problem !== undefined) return problem;
  const known = faultNamed(fault);
  return known === undefined ? noSuchFault(fault) : problemWithSetting(known.name, setting);
}

function noSuchFault(fault: unknown): string {
  return `there is no fault ${spelled(fault)}; there are ${faults.map(({ name }) => name).join(", ")}`;
}

/** What is wrong with the setting of a fault that exists, or `undefined` where nothing is. */
function problemWithSetting(fault: FaultName, setting: unknown): string | undefined {
  const parameters = faultNamed(fault)?.parameters ?? [];
  const names = ["probability", "next", ...parameters.map(({ name }) => name)];
  if (!isJsonObject(setting)) {
    return `the setting of ${fault} must be an object with ${names.join(", ")}, but is ${spelled(setting)}`;
  }
  const stranger = Object.keys(setting).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    return `there is no ${JSON.stringify(stranger)} for ${fault}, which takes ${names.join(", ")}`;
  }
  const { probability, next } = setting;
  if ((probability === undefined) === (next === undefined)) {
    return `${fault} strikes with a probability or the next so many times: say one of the two`;
  }
  const [problem] = [
    ...problemsWithValue("probability", probability, isWithin(probability, 0, 1), "a number from 0 to 1"),
    ...problemsWithValue("next", next, Number.isSafeInteger(next) && Number(next) >= 1, "a whole number, 1 or more"),
    ...parameters.flatMap((parameter) => problemsWithParameter(parameter, setting[parameter.name])),
  ];
  return problem === undefined ? undefined : `${fault}: ${problem}`;
}

function problemsWithParameter({ name, min, max, oneOf }: FaultParameter, value: unknown): readonly string[] {
  if (oneOf !== undefined) {
    const isOne = oneOf.some((possible) => possible === value);
    return problemsWithValue(name, value, isOne, `one of ${oneOf.join(", ")}`);
  }
  const holds = Number.isInteger(value) && isWithin(value, min, max);
  return problemsWithValue(name, value, holds, `a whole number from ${min} to ${max}`);
}

function problemsWithValue(name: string, value: unknown, holds: boolean, expected: string): readonly string[] {
  return value === undefined || holds ? [] : [`${name} must be ${expected}, but is ${spelled(value)}`];
}

function isWithin(value: unknown, min: number, max: number): boolean {
  return typeof value === "number" && value >= min && value <= max;
}
