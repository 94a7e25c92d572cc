import { describeConformance } from "@tautan/conformance";
import { describe, test } from "vitest";
import { sessionSubject, subject } from "./subject.ts";

describeConformance({ describe, test }, subject);

describe("payment sessions", () => {
  describeConformance({ describe, test }, sessionSubject);
});
