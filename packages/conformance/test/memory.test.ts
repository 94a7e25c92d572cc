import { describeConformance } from "@tautan/conformance";
import { describe, test } from "vitest";
import { memorySubject } from "./support/memory-subject.ts";

describeConformance({ describe, test }, memorySubject);
