/** What is run in each shape. */
export type Scene = {
  readonly devices: number;
  readonly viewers: number;
  readonly seconds: number;
};

/** 100 devices at 1 Hz in 4 regions, 50 viewers with one region each, 60 s. */
export const standardScene: Scene = { devices: 100, viewers: 50, seconds: 60 };
/** For a quick look at the counts. */
export const shortScene: Scene = { devices: 10, viewers: 8, seconds: 5 };

export type SceneDevice = { readonly id: string; readonly region: string; readonly type: string };
export type SceneViewer = { readonly name: string; readonly region: string };

const regions = ['eu-north', 'eu-west', 'us-east', 'us-west'] as const;
const types = ['thermostat', 'pump', 'meter'] as const;
/** Targets that are looked up beside the devices. */
export const regionsAndTypes = regions.length + types.length;

/** In turn, so that parts differ by one at most. */
const regionOf = (place: number): string => regions[place % regions.length] ?? regions[0];
const typeOf = (place: number): string =>
  types[Math.floor(place / regions.length) % types.length] ?? types[0];

const numbered = <T>(count: number, make: (place: number) => T): T[] =>
  Array.from({ length: count }, (_, place) => make(place));

export const devicesOf = ({ devices }: Scene): SceneDevice[] =>
  numbered(devices, (place) => ({
    id: `device-${place + 1}`,
    region: regionOf(place),
    type: typeOf(place),
  }));

export const viewersOf = ({ viewers }: Scene): SceneViewer[] =>
  numbered(viewers, (place) => ({ name: `viewer-${place + 1}`, region: regionOf(place) }));

export const readingsIn = ({ devices, seconds }: Scene): number => devices * seconds;

/** How many readings all viewers together want. */
export const wantedIn = (scene: Scene): number => {
  const devices = devicesOf(scene);
  const ofViewer = viewersOf(scene).map(
    (viewer) => devices.filter(({ region }) => region === viewer.region).length,
  );
  return ofViewer.reduce((sum, count) => sum + count, 0) * scene.seconds;
};
