import { isJsonObject } from "../http/input-reader.ts";
import { showValue } from "../show-value.ts";
import type { Random } from "../state/random.ts";
import type { State } from "../state/store.ts";
import {
  FAULTS,
  type Fault,
  type FaultName,
  type FaultParameter,
  type FaultParameterName,
  faultNamed,
  RARE_FAULTS,
  type RareFaultName,
} from "./faults.ts";

/** How often a fault is triggered: with a `probability` from 0 to 1, or the `next` so many times. Also its parameters. */
export type FaultSetting = { readonly [Name in FaultParameterName]?: number | undefined } & (
  | { readonly probability: number; readonly next?: undefined }
  | { readonly next: number; readonly probability?: undefined }
);

/** A fault as it is listed. */
export interface FaultDescription<Known extends string = string> extends Fault {
  /** The providers where it is possible. */
  readonly providers: readonly Known[];
}

/** The data that decides at which providers a fault is possible. */
export interface FaultScope {
  readonly name: string;
  readonly inapplicableFaults: readonly FaultName[];
  readonly rareFaults?: readonly RareFaultName[];
}

/** The providers at which a fault is possible. */
export const providersWith = (scopes: readonly FaultScope[], fault: FaultName): readonly string[] =>
  scopes
    .filter(({ inapplicableFaults, rareFaults = [] }) => {
      const isRare = RARE_FAULTS.some((rare) => rare === fault);
      return isRare ? rareFaults.some((rare) => rare === fault) : !inapplicableFaults.includes(fault);
    })
    .map(({ name }) => name);

/** A fault with its current setting. */
export interface FaultState<Known extends string = string> extends FaultDescription<Known> {
  /** `next` counts down. A provider without a setting is absent. */
  readonly settings: { readonly [Name in Known]?: FaultSetting };
  /** How often it was triggered. */
  readonly triggered: { readonly [Name in Known]?: number };
}

/** The settings at the start, by provider and fault. */
export type ChaosSettings<Known extends string = string> = {
  readonly [Name in Known]?: { readonly [Fault in FaultName]?: FaultSetting | undefined } | undefined;
};

/** The rules. None is set at first. */
export interface ChaosRules<Known extends string = string> {
  /** All faults, always in the same order. */
  faults(): readonly FaultState<Known>[];
  /** Replaces the setting. Throws a TypeError that lists what is possible. */
  set(provider: Known, fault: FaultName, setting: FaultSetting): void;
  /** Without a fault: all faults of the provider. Without a provider: the fault at all providers. Without both: everything. */
  clear(provider?: Known, fault?: FaultName): void;
}

/** The parameters of a triggered fault, by name. */
type FaultValues = Readonly<Record<FaultParameterName, number>>;

/** The rules, and the trigger. */
export interface Chaos extends ChaosRules {
  /** Whether the fault is triggered this time. That decrements `next`. */
  trigger(provider: string, fault: FaultName): FaultValues | undefined;
  isSet(provider: string, fault: FaultName): boolean;
}

/** The setting, and how many times of `next` are left. */
interface RuleState {
  readonly setting: FaultSetting;
  readonly left: number;
}

interface Rule extends RuleState {
  readonly values: FaultValues;
}

/** `initial` applies to a new run; a resumed run continues with the stored rules. */
export const createChaos = (parts: {
  readonly random: Random;
  /** The started ones. */
  readonly providers: readonly string[];
  /** All that exist. */
  readonly scopes: readonly FaultScope[];
  readonly initial: ChaosSettings;
  readonly state: State;
}): Chaos => {
  const { random, providers, scopes, initial } = parts;
  const storedRules = parts.state.collection<RuleState>("rules");
  const storedCounts = parts.state.collection<number>("triggered");
  const rules = new Map<string, Rule>();
  const counts = new Map<string, number>(storedCounts.stored);
  const draws = new Map<string, Random>();
  const keyOf = (provider: string, fault: FaultName): string => `${provider} ${fault}`;

  /** One for each rule, so that setting one does not change the others. */
  const drawsOf = (key: string): Random => {
    const known = draws.get(key) ?? random.fork(key);
    draws.set(key, known);
    return known;
  };

  const byProvider = <Value>(read: (provider: string) => Value | undefined): Readonly<Record<string, Value>> => {
    const found = providers.flatMap((provider) => {
      const value = read(provider);
      return value === undefined ? [] : [[provider, value] as const];
    });
    return Object.fromEntries(found);
  };

  const setRule = (provider: string, fault: FaultName, { setting, left }: RuleState): void => {
    const parameters = faultNamed(fault)?.parameters ?? [];
    const values = parameters.map((parameter) => [parameter.name, setting[parameter.name] ?? parameter.default]);
    rules.set(keyOf(provider, fault), { setting, left, values: Object.fromEntries(values) as FaultValues });
    storedRules.put(keyOf(provider, fault), { setting, left });
  };

  const removeRule = (key: string): void => {
    rules.delete(key);
    storedRules.remove(key);
  };

  const chaos: Chaos = {
    faults: () =>
      FAULTS.map((fault) => ({
        ...fault,
        providers: providersWith(scopes, fault.name),
        settings: byProvider((provider) => settingNow(rules.get(keyOf(provider, fault.name)))),
        triggered: byProvider((provider) => counts.get(keyOf(provider, fault.name))),
      })),
    set(provider, fault, setting) {
      const problem = problemWithRule(scopes, providers, provider, fault, setting);
      if (problem !== undefined) throw new TypeError(`chaos.set: ${problem}`);
      setRule(provider, fault, { setting, left: setting.next ?? Number.POSITIVE_INFINITY });
    },
    clear(provider, fault) {
      if (fault !== undefined && faultNamed(fault) === undefined) {
        throw new TypeError(`chaos.clear: ${noSuchFault(fault)}`);
      }
      const problem = provider === undefined ? undefined : problemWithFault(scopes, providers, provider, fault);
      if (problem !== undefined) throw new TypeError(`chaos.clear: ${problem}`);
      for (const owner of provider === undefined ? providers : [provider]) {
        for (const { name } of FAULTS) {
          if (fault === undefined || fault === name) removeRule(keyOf(owner, name));
        }
      }
    },
    trigger(provider, fault) {
      const key = keyOf(provider, fault);
      const rule = rules.get(key);
      if (rule === undefined) return undefined;
      if (rule.setting.probability !== undefined && drawsOf(key).fraction() >= rule.setting.probability)
        return undefined;
      if (rule.left === 1) removeRule(key);
      else setRule(provider, fault, { setting: rule.setting, left: rule.left - 1 });
      const count = (counts.get(key) ?? 0) + 1;
      counts.set(key, count);
      storedCounts.put(key, count);
      return rule.values;
    },
    isSet: (provider, fault) => rules.has(keyOf(provider, fault)),
  };
  for (const provider of providers) {
    for (const { name } of FAULTS) {
      const stored = storedRules.stored.get(keyOf(provider, name));
      if (stored !== undefined) setRule(provider, name, stored);
    }
    for (const [fault, setting] of Object.entries(initial[provider] ?? {})) {
      if (setting !== undefined) chaos.set(provider, fault as FaultName, setting);
    }
  }
  return chaos;
};

const settingNow = (rule: Rule | undefined): FaultSetting | undefined => {
  if (rule === undefined) return undefined;
  return rule.setting.next === undefined
    ? { ...rule.setting, ...rule.values }
    : { ...rule.setting, ...rule.values, next: rule.left };
};

/** Why this provider has no such fault, or `undefined` if it has. A fault of `undefined` means all. */
export const problemWithFault = (
  scopes: readonly FaultScope[],
  started: readonly string[],
  provider: unknown,
  fault: unknown,
): string | undefined => {
  if (!started.some((name) => name === provider)) {
    return `there is no provider ${showValue(provider)}; there are ${started.join(", ")}`;
  }
  if (fault === undefined) return undefined;
  const known = faultNamed(fault);
  if (known === undefined) return noSuchFault(fault);
  const possible = providersWith(scopes, known.name);
  if (possible.some((name) => name === provider)) return undefined;
  return `${known.name} is for ${possible.join(", ")} only`;
};

/** The problem with a new rule, or `undefined`. */
export const problemWithRule = (
  scopes: readonly FaultScope[],
  started: readonly string[],
  provider: unknown,
  fault: unknown,
  setting: unknown,
): string | undefined => {
  const problem = problemWithFault(scopes, started, provider, fault);
  if (problem !== undefined) return problem;
  const known = faultNamed(fault);
  return known === undefined ? noSuchFault(fault) : problemWithSetting(known.name, setting);
};

const noSuchFault = (fault: unknown): string =>
  `there is no fault ${showValue(fault)}; there are ${FAULTS.map(({ name }) => name).join(", ")}`;

/** The problem with the setting of an existing fault, or `undefined`. */
const problemWithSetting = (fault: FaultName, setting: unknown): string | undefined => {
  const parameters = faultNamed(fault)?.parameters ?? [];
  const names = ["probability", "next", ...parameters.map(({ name }) => name)];
  if (!isJsonObject(setting)) {
    return `the setting of ${fault} must be an object with ${names.join(", ")}, but is ${showValue(setting)}`;
  }
  const stranger = Object.keys(setting).find((name) => !names.includes(name));
  if (stranger !== undefined) {
    return `there is no ${JSON.stringify(stranger)} for ${fault}, which takes ${names.join(", ")}`;
  }
  const { probability, next } = setting;
  if ((probability === undefined) === (next === undefined)) {
    return `${fault}: set either next (how many times) or probability, but ${next === undefined ? "neither is" : "both are"} set`;
  }
  const [problem] = [
    ...problemsWithValue("probability", probability, isWithin(probability, 0, 1), "a number from 0 to 1"),
    ...problemsWithValue("next", next, Number.isSafeInteger(next) && Number(next) >= 1, "a whole number, 1 or more"),
    ...parameters.flatMap((parameter) => problemsWithParameter(parameter, setting[parameter.name])),
  ];
  return problem === undefined ? undefined : `${fault}: ${problem}`;
};

const problemsWithParameter = ({ name, min, max, oneOf }: FaultParameter, value: unknown): readonly string[] => {
  if (oneOf !== undefined) {
    const isOne = oneOf.some((possible) => possible === value);
    return problemsWithValue(name, value, isOne, `one of ${oneOf.join(", ")}`);
  }
  const holds = Number.isInteger(value) && isWithin(value, min, max);
  return problemsWithValue(name, value, holds, `a whole number from ${min} to ${max}`);
};

const problemsWithValue = (name: string, value: unknown, holds: boolean, expected: string): readonly string[] =>
  value === undefined || holds ? [] : [`${name} must be ${expected}, but is ${showValue(value)}`];

const isWithin = (value: unknown, min: number, max: number): boolean =>
  typeof value === "number" && value >= min && value <= max;
