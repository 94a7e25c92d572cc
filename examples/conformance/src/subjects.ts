// The subjects of all drivers of this repository. A driver has its own beside its tests.
import { globSync } from "node:fs";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import type { ConformanceSubject } from "@tautan/conformance";
import type { DriverCapabilities } from "@tautan/core";
import type { OnSandbox } from "./on-sandbox.ts";

type Subject = ConformanceSubject<OnSandbox>;

const ROOT = resolve(import.meta.dirname, "../../..");

/** The subject of each driver, in the order of their folders. */
export const loadSubjects = async (): Promise<readonly Subject[]> => {
  const files = globSync("packages/driver-*/test/subject.ts", { cwd: ROOT }).sort();
  if (files.length === 0) throw new Error(`expected packages/driver-*/test/subject.ts in ${ROOT}, found none`);
  return Promise.all(
    files.map(async (file) => {
      const { subject }: { readonly subject: Subject } = await import(pathToFileURL(join(ROOT, file)).href);
      return subject;
    }),
  );
};

type LikeSubject = (options: { readonly like: DriverCapabilities }) => ConformanceSubject;

/** Makes subjects of the memory driver, which has the suite's own tests as its place. */
export const loadMemorySubject = async (): Promise<LikeSubject> => {
  const file = join(ROOT, "packages/conformance/test/support/memory-subject.ts");
  const { memorySubjectOf }: { readonly memorySubjectOf: LikeSubject } = await import(pathToFileURL(file).href);
  return memorySubjectOf;
};
