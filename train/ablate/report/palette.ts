/**
 * Colours of series, legible on white and on black (after Okabe and Ito, told apart also by those who
 * see fewer colours).
 */
export const SERIES_COLOURS = ["#2f7fd1", "#d9822b", "#1f9e77", "#c05a9e", "#8a7a2f"];

/** Takes the colour of the page's text, so that a drawing suits light and dark. */
export const INK = "currentColor";

/** A matrix's colours from its least to its greatest value. */
export const RAMP = ["#eaf2fb", "#7fb2e5", "#2f7fd1", "#123f73"];
