/** The console's map. */
export default {
  map: {
    label: '岗位地图。右边的列表有同样的内容。',
    around: '报警地点周围的地图',
    controls: '缩放地图',
    zoomIn: '放大',
    zoomOut: '缩小',
    home: '回到全图',
    legend: '图例',
    drawn: '按岗位画的示意边界',
  },
}
