/** The beginning of a sentence on how often a link can be paid: `its only use is`, `all 3 uses are` */
export const allUses = (count: number): string => (count === 1 ? "its only use is" : `all ${count} uses are`);
