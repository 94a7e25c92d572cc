import { describeConformance } from "@tautan/conformance";
import { describe, test } from "vitest";
import { xfersSubject } from "../src/xfers.ts";

describeConformance({ describe, test }, xfersSubject);
