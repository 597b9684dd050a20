/** The console's map. */
export default {
  map: {
    label: 'Map of posts. The list beside it says the same.',
    around: 'Map around the alarm',
    controls: 'Zoom the map',
    zoomIn: 'Zoom in',
    zoomOut: 'Zoom out',
    home: 'Show the whole district',
    legend: 'Legend',
    drawn: 'Outline drawn from the posts',
  },
}
