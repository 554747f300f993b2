// What `npm run test:world` builds and runs: real projects from the machine's own index. Plain data; tools/world/run.mjs carries it out.

const runnable = ['linux-x86_64', 'linux-arm64', 'windows-x86_64'];
const linux = ['linux-x86_64', 'linux-arm64'];

/**
 * Wheels that our engine builds of source distributions, beside the published ones. `other`: differences that are explained by `why`.
 * `oracle: 'pip'`: published by a setuptools of long ago, so what pip makes of the sdist here today is taken in its place.
 */
export const wheels = [
  { sdist: 'black-26.10.1', backend: 'hatchling, hatch-vcs, hatch-fancy-pypi-readme' },
  { sdist: 'flask-3.1.3', backend: 'flit_core' },
  { sdist: 'httpx-0.28.1', backend: 'hatchling, hatch-fancy-pypi-readme', other: [/METADATA: [+-] \('licen[cs]e/], why: 'hatchling of today writes License-Expression and License-File' },
  { sdist: 'keyring-25.7.0', backend: 'setuptools, setuptools-scm' },
  { sdist: 'marimo-0.25.2', backend: 'uv_build' },
  { sdist: 'pytest-9.2.0', backend: 'setuptools, setuptools-scm' },
  { sdist: 'requests-2.34.2', backend: 'setuptools' },
  { sdist: 'rich-15.0.0', backend: 'poetry-core', other: [/METADATA: \+ \('classifier', 'Programming Language :: Python :: 3\.15'\)/], why: 'poetry-core of today adds a classifier for Python 3.15' },
  { sdist: 'structlog-26.1.0', backend: 'hatchling, hatch-vcs' },
  { sdist: 'typer-0.29.2', backend: 'pdm-backend' },
  { sdist: 'yt_dlp-2026.10.26', backend: 'hatchling' },
  { sdist: 'httpie-3.2.4', backend: 'setuptools with setup.cfg', oracle: 'pip' },
  { sdist: 'PySocks-1.7.1', backend: 'setuptools with setup.py alone', oracle: 'pip' },
  { sdist: 'flit_core-4.2.0', backend: 'flit_core, in its own tree' },
  { sdist: 'poetry_core-2.5.0', backend: 'poetry-core, in its own tree' },
  { sdist: 'pdm_backend-2.4.9', backend: 'pdm-backend, in its own tree' },
];

/**
 * source: `project` below tests/world/projects, `sdist` as published, or `zip`: that sdist as a code host would give its tree, without
 * PKG-INFO and written versions. `runs` happen in order on each target, with one folder {work} of their own;
 * `{checked}` is tests/world/checked, `{port}` a free port. `expect`: code (0 unless said), json (what must be in it), out, serves (json or text).
 * `plain`: plain CPython of that target, with the same versions installed by pip, must print the same. `notRun`: why a case cannot be tried.
 */
export const apps = [
  { name: 'black, as a zip without .git, asks for its version', source: { zip: 'black-26.10.1' }, targets: ['linux-x86_64'], refuses: 'project/needs-answer' },
  {
    name: 'black, as a zip without .git', source: { zip: 'black-26.10.1' }, words: ['--version', '26.10.1', '--entry', 'black'], targets: runnable,
    runs: [
      { words: ['--version'], expect: { out: /26\.10\.1 \(compiled: no\)/ } },
      { words: ['-q', '-'], input: "x = {  'a':37 }\n", expect: { out: 'x = {"a": 37}\n' } },
      { words: ['-q', '-'], input: 'x = (\n', expect: { code: 123 } },
    ],
  },
  { name: 'black, as a zip with .git_archival.txt', source: { zip: 'black-26.10.1', archival: '26.10.1' }, words: ['--entry', 'black'], targets: ['linux-x86_64'], runs: [{ words: ['--version'], expect: { out: /26\.10\.1 / } }] },
  { name: 'pytest, as a zip without .git, asks for its version', source: { zip: 'pytest-9.2.0' }, targets: ['linux-x86_64'], refuses: 'project/needs-answer' },
  {
    name: 'pytest, as a zip without .git', source: { zip: 'pytest-9.2.0' }, words: ['--version', '9.2.0', '--entry', 'pytest'], targets: runnable,
    runs: [
      { words: ['--version'], expect: { out: 'pytest 9.2.0\n' } },
      { words: ['-q', '-p', 'no:cacheprovider', '--rootdir', '{work}', '{checked}/plain.py'], expect: { out: /2 passed/ } },
    ],
  },
  {
    name: 'pytest with pytest-asyncio', source: { project: 'asynctests.py' }, targets: runnable,
    runs: [
      { words: ['--version', '--version'], expect: { out: /registered third-party plugins:\n +pytest-asyncio-1\.5\.0/ } },
      { words: ['-q', '-p', 'no:cacheprovider', '--rootdir', '{work}', '{checked}/awaited.py'], expect: { out: /1 passed/ } },
    ],
  },
  {
    name: 'yt-dlp', source: { sdist: 'yt_dlp-2026.10.26' }, words: ['--entry', 'yt-dlp'], targets: runnable,
    runs: [{ words: ['--version'], expect: { out: '2026.10.26\n' } }, { words: ['--list-extractors'], limit: 240, expect: { out: /^youtube$/m } }],
  },
  {
    name: 'a Django site', source: { project: 'djangosite' }, words: ['--version', '1.0'], targets: runnable,
    runs: [
      { words: ['check'], expect: { out: /no issues/ } },
      { words: ['migrate'], env: { SITE_DATABASE: '{work}/site.sqlite3' }, expect: { out: /Applying notes\.0001_initial\.\.\. OK/ } },
      {
        words: ['runserver', '--noreload', '127.0.0.1:{port}'], env: { SITE_DATABASE: '{work}/site.sqlite3' },
        expect: { serves: [['/', { json: { django: '6.1.3', notes: ['note 1'] } }], ['/admin/login/', { text: /Django administration/ }]] },
      },
    ],
  },
  { name: 'celery, broker in memory, solo pool', source: { project: 'jobs.py' }, targets: runnable, runs: [{ expect: { json: { celery: '5.7.0', results: [41, 42] } } }] },
  { name: 'sqlalchemy on sqlite', source: { project: 'library.py' }, targets: runnable, runs: [{ expect: { json: { sqlalchemy: '2.1.9', rows: [['Ada', 2]] } } }] },
  {
    name: 'keyring', source: { sdist: 'keyring-25.7.0' }, targets: runnable,
    packs: { secretstorage: ['linux-arm64', 'linux-x86_64'], jeepney: ['linux-arm64', 'linux-x86_64'], 'pywin32-ctypes': ['windows-x86_64'] },
    alsoTargets: ['macos-arm64', 'macos-x86_64'],
    runs: [
      { only: linux, words: ['--list-backends'], expect: { out: /^(?!.*WinVault)(?=.*fail\.Keyring)(?=.*ChainerBackend)/s } },
      { only: ['windows-x86_64'], words: ['--list-backends'], expect: { out: /Windows\.WinVaultKeyring \(priority: 5\)/ } },
    ],
  },
  {
    name: 'google-cloud-storage', source: { project: 'bucket.py' }, targets: runnable, plain: ['windows-x86_64'],
    runs: [{ only: linux, expect: { json: { storage: '3.17.1', bucket: '/b/b/o/a%2Fb', stamp: '1970-01-01T00:00:01Z', gone: 404 } } }],
  },
  {
    name: 'babel, time zones, certifi', source: { project: 'places.py' }, targets: runnable, packs: { tzdata: ['windows-x86_64'] },
    runs: [{ expect: { json: { money: '€\u00a01.234,50', month: 'července', zone: 'heure d’été d’Europe centrale', offset: 7200, certificates: true } } }],
  },
  { name: 'textual', source: { project: 'counter.py' }, targets: runnable, runs: [{ expect: { json: { textual: '8.2.8', count: 2, widgets: true } } }] },
  {
    name: 'scikit-learn with two jobs', source: { project: 'forest.py' }, targets: linux,
    runs: [{ limit: 500, expect: { json: { sklearn: '1.9.1', good: true, squares: [0, 1, 4, 9, 16, 25], elsewhere: true } } }],
  },
  {
    name: 'pydantic-core, orjson, lxml, pillow, cryptography', source: { project: 'native.py' }, targets: runnable, plain: runnable,
    runs: [
      { only: linux, expect: { json: { cryptography: 'secret', lxml: 'text', orjson: '{"a":[1,null]}', pillow: [4, 3], pydantic_core: 42 } } },
      { only: ['windows-x86_64'], expect: { json: { lxml: 'text', orjson: '{"a":[1,null]}', pillow: [4, 3] } } },
    ],
  },
  {
    name: 'customtkinter, Tk found', source: { project: 'window.py' }, targets: runnable,
    runs: [{ only: linux, expect: { json: { customtkinter: '6.0.0', tk: 9, theme: true } } }, { only: ['windows-x86_64'], expect: { json: { customtkinter: '6.0.0', tk: 8.6, theme: true } } }],
  },
  {
    name: 'customtkinter, a window', source: { project: 'window.py' }, targets: ['linux-x86_64'], runs: [{ words: ['open'], expect: { json: { size: true } } }],
    notRun: 'the CPython builds of the Go module bring no Tcl scripts, so no window opens in plain Python either; python-build-standalone archives have them (tools/runtimes/README.md)',
  },
  {
    name: 'streamlit', source: { project: 'streamboard' }, words: ['--version', '1.0'], targets: ['linux-x86_64'],
    runs: [{
      words: ['--server.headless=true', '--server.port={port}', '--server.address=127.0.0.1', '--browser.gatherUsageStats=false'],
      expect: { serves: [['/_stcore/health', { text: /ok/ }], ['/', { text: /<title>Streamlit/ }]] },
    }],
  },
];

/** Assembled in the page; the peak of the tab's processes must stay below `limit` MB. */
export const tabs = [{ name: 'streamlit in the tab', project: 'streamboard', targets: ['linux-x86_64', 'linux-arm64', 'windows-x86_64', 'macos-arm64', 'macos-x86_64'], limit: 1000 }];
