// The metadata of a link: the caller's, and two keys of this driver. Source: https://docs.stripe.com/api/metadata.
import type { Issue } from "@tautan/core";

/** The caller's reference. Also in the metadata of payment intents, so that their events name the link. */
export const REFERENCE_KEY = "tautan_reference";

/** The title, because a link has none. */
export const TITLE_KEY = "tautan_title";

const isOwn = (key: string): boolean => key === REFERENCE_KEY || key === TITLE_KEY;

type Metadata = Readonly<Record<string, string>>;

/** What Stripe would refuse, and what would hide the reference. */
export const metadataIssues = (metadata: Metadata = {}): readonly Issue[] =>
  Object.keys(metadata).flatMap((key) => {
    if (isOwn(key))
      return [{ path: `metadata.${key}`, message: "expected another name, because the driver uses this one" }];
    return /[[\]]/.test(key) ? [{ path: "metadata", message: "expected names without square brackets" }] : [];
  });

/** The caller's entries, in the order of their names, so that equal requests have equal bytes. */
export const sortedEntries = (metadata: Metadata = {}): readonly (readonly [key: string, value: string])[] =>
  Object.entries(metadata).toSorted(([left], [right]) => (left < right ? -1 : 1));

/** The caller's entries of a link that was read; `undefined` if there are none. */
export const callersMetadata = (metadata: Metadata = {}): Metadata | undefined => {
  const entries = Object.entries(metadata).filter(([key]) => !isOwn(key));
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
};
