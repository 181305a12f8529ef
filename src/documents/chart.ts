import { BarChart as Bars } from 'echarts/charts';
import { GridComponent, LegendComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import type { BarChart } from './report-document.ts';
import { COLOURS, TEXT_WIDTH } from './style.ts';

use([Bars, GridComponent, LegendComponent, SVGRenderer]);

const HEIGHT = 170;
const FONT = { fontFamily: 'Roboto', fontSize: 9, color: COLOURS.quiet };

/** A bar chart as SVG; the same chart gives the same bytes. */
export function drawBars({ categories, series, unit, stacked }: BarChart): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: TEXT_WIDTH, height: HEIGHT });
  chart.setOption({
    animation: false,
    color: [...COLOURS.series],
    textStyle: FONT,
    grid: { left: 46, right: 8, top: series.length > 1 ? 30 : 18, bottom: 24 },
    ...(series.length > 1
      ? { legend: { top: 0, right: 0, itemWidth: 10, itemHeight: 8, textStyle: FONT } }
      : {}),
    xAxis: {
      type: 'category',
      data: [...categories],
      axisLine: { lineStyle: { color: COLOURS.rule } },
      axisTick: { show: false },
      axisLabel: FONT,
    },
    yAxis: {
      type: 'value',
      name: unit,
      nameTextStyle: { ...FONT, align: 'left', padding: [0, 0, 0, -40] },
      minInterval: 1,
      splitLine: { lineStyle: { color: '#e6eaef' } },
      axisLabel: FONT,
    },
    series: series.map(({ name, values }) => ({
      type: 'bar',
      name,
      data: [...values],
      barMaxWidth: 34,
      ...(stacked ? { stack: 'all' } : {}),
    })),
  });
  const svg = chart.renderToSVGString();
  chart.dispose();
  return forPaper(svg);
}

/** Names count up over the life of the process, and styles of a pointer that hovers mean nothing on paper. */
const forPaper = (svg: string): string =>
  svg
    .replaceAll(/<style[^>]*>.*?<\/style>/gs, '')
    .replaceAll(/ class="[^"]*"/g, '')
    .replaceAll(/\bzr\d+-/g, 'zr-');
