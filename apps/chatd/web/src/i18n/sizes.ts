// How large a file is, in words of the chosen language.

import { language } from ".";

const UNITS = ["byte", "kilobyte", "megabyte", "gigabyte", "terabyte"] as const;

export function sizeText(bytes: number): string {
    let value = bytes;
    let unit = 0;
    while (value >= 1000 && unit < UNITS.length - 1) {
        value /= 1000;
        unit += 1;
    }
    return new Intl.NumberFormat(language.value, {
        style: "unit",
        unit: UNITS[unit] as string,
        unitDisplay: unit === 0 ? "long" : "short",
        maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
    }).format(value);
}

export function percentText(share: number): string {
    return new Intl.NumberFormat(language.value, { style: "percent" }).format(share);
}
