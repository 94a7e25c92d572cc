// Run by suite.test.ts: the suite in node:test.
import { describe, test } from "node:test";
import { describeConformance } from "@tautan/conformance";
import { memorySubject } from "./memory-subject.ts";

describeConformance({ describe, test }, memorySubject, { groups: ["create and read back", "webhooks"] });
