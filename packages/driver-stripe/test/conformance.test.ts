import { describeConformance } from "@tautan/conformance";
import { describe, test } from "vitest";
import { subject } from "./subject.ts";

describeConformance({ describe, test }, subject);
