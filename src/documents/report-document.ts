/** A report as its kind states it; how it looks on paper is decided in this room alone. */
export interface ReportDocument {
  readonly title: string;
  readonly organisation: string;
  /** What stands under the title: period, as-of, report id, checkpoint. */
  readonly cover: readonly Fact[];
  /** First page: what a reader in a hurry takes away. */
  readonly summary: { readonly text: string; readonly facts: readonly Fact[] };
  readonly sections: readonly Section[];
  /** Date of the document, RFC 3339: its metadata say this and no clock is asked. */
  readonly date: Date;
}

export interface Fact {
  readonly name: string;
  readonly value: string;
}

export interface Section {
  readonly title: string;
  readonly blocks: readonly Block[];
}

export type Block =
  | { readonly kind: 'paragraph'; readonly text: string }
  | { readonly kind: 'facts'; readonly facts: readonly Fact[] }
  | Table
  | { readonly kind: 'chart'; readonly caption: string; readonly chart: BarChart };

export interface Table {
  readonly kind: 'table';
  /** What the table is of, where it isn't alone under its section's title. */
  readonly caption?: string;
  readonly columns: readonly TableColumn[];
  readonly rows: readonly (readonly string[])[];
  /** What is said where there are no rows. */
  readonly empty: string;
  /** A line under the table: how many more rows there are, and in which file. */
  readonly note?: string | undefined;
}

export interface TableColumn {
  readonly title: string;
  /** Right: numbers. */
  readonly align?: 'left' | 'right';
  /** Share of the width; columns share it equally unless they say otherwise. */
  readonly weight?: number;
}

/** Bars beside or on top of each other, one group a category. */
export interface BarChart {
  readonly categories: readonly string[];
  readonly series: readonly { readonly name: string; readonly values: readonly number[] }[];
  /** What the numbers count. */
  readonly unit: string;
  readonly stacked: boolean;
}
