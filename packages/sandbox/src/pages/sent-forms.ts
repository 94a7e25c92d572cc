import { createHash } from "node:crypto";

/** How many forms of one gateway are known again after they were carried out: far more than come between two clicks. */
const MAX_SENT_FORMS = 10_000;

/** Forms by their id: a double click sends a form twice, but it is executed once. */
export interface SentForms<Result> {
  /** Executes a form, or returns its earlier result. A refused one may be sent again. */
  once(name: string, carryOut: () => Promise<Result>): Promise<Result>;
}

/** Of those carried out, the oldest are forgotten beyond `max`. Those under way never are, whatever comes meanwhile. */
export const createSentForms = <Result>(max: number = MAX_SENT_FORMS): SentForms<Result> => {
  const underWay = new Map<string, Promise<Result>>();
  const results = new Map<string, Result>();

  const remember = (key: string, result: Result): void => {
    results.set(key, result);
    const [oldest] = results.keys();
    if (results.size > max && oldest !== undefined) results.delete(oldest);
  };

  return {
    async once(name, carryOut) {
      // The id of a form can be long, and the keys are kept.
      const key = createHash("sha256").update(name).digest("base64");
      const known = results.get(key) ?? underWay.get(key);
      if (known !== undefined) return known;
      const running = carryOut();
      underWay.set(key, running);
      try {
        const result = await running;
        remember(key, result);
        return result;
      } finally {
        underWay.delete(key);
      }
    },
  };
};
