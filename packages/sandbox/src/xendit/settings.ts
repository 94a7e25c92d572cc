import {
  type Collection,
  createInputReader,
  DAY_MS,
  type JsonObject,
  type Problem,
  type SimulatorContext,
} from "../simulator-kit/index.ts";

/** The dashboard's settings of the account, and what only a sandbox can choose. */
interface XenditSettings {
  /** Whether expiry is reported by a callback. */
  readonly expiryCallback: boolean;
  /** Whether settlement is reported by a callback. */
  readonly settlementCallback: boolean;
  /** From the payment to its settlement. */
  readonly settlementDelayMs: number;
  /** The requests of a minute and endpoint after which there is 429; 0: no limit. docs.xendit.co, Rate limits: 60 in the test environment. */
  readonly rateLimit: number;
}

const DEFAULTS: XenditSettings = {
  expiryCallback: true,
  settlementCallback: true,
  settlementDelayMs: DAY_MS,
  rateLimit: 0,
};

const KEY = "settings";

export interface SettingsStore {
  readonly current: () => XenditSettings;
  /** Sets the settings that a body names, or returns its problems. */
  readonly change: (body: JsonObject) => readonly Problem[];
}

/** Kept with the state of the run, so that a restart does not forget them. */
export const createSettings = ({ state }: Pick<SimulatorContext, "state">): SettingsStore => {
  const collection: Collection<XenditSettings> = state.collection("xenditSettings");
  let current: XenditSettings = { ...DEFAULTS, ...collection.stored.get(KEY) };
  return {
    current: () => current,
    change(body) {
      const reader = createInputReader();
      for (const name of Object.keys(body)) {
        if (!(name in DEFAULTS)) reader.refuse(name, `is not a setting; there are ${Object.keys(DEFAULTS).join(", ")}`);
      }
      const next = {
        expiryCallback: reader.flag("expiryCallback", body["expiryCallback"]) ?? current.expiryCallback,
        settlementCallback: reader.flag("settlementCallback", body["settlementCallback"]) ?? current.settlementCallback,
        settlementDelayMs:
          reader.integer("settlementDelayMs", body["settlementDelayMs"], { min: 0 }) ?? current.settlementDelayMs,
        rateLimit: reader.integer("rateLimit", body["rateLimit"], { min: 0 }) ?? current.rateLimit,
      };
      if (reader.problems.length > 0) return reader.problems;
      current = next;
      collection.put(KEY, next);
      return [];
    },
  };
};
