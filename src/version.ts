/** The version of Lookalike, which encoders and answers carry. */
export const VERSION = "0.1.0";
