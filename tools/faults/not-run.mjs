// Cases of hazards that no test here can show, and why. Never counted as passed.
export const notRun = [
  { label: 'T3', what: 'a home folder on NFS', why: 'no NFS server on a test machine; its two differences, locks that fail and errors told at sync or close, are tried under T15 and T7' },
  { label: 'T10', what: 'power cut for real', why: 'needs a machine to be switched off; an ext4 image as it stands at each system call is mounted instead' },
  { label: 'T12', what: 'a junction in the place of a cache folder', why: 'wine does not make junctions as Windows does' },
  { label: 'T15', what: 'locks on NFS and on macOS', why: 'neither is at hand; a flock that fails stands for them' },
  { label: 'T18', what: 'UPX', why: 'it is not set up here; what it makes is a file without the locator’s copy, as strip does' },
  { label: 'T18', what: 'codesign by Apple’s own tool, and Gatekeeper’s judgement', why: 'need a Mac' },
  { label: 'T18', what: 'Authenticode as Windows and SmartScreen judge it', why: 'need Windows' },
  { label: 'T19', what: 'a start from a UNC path', why: 'needs a Windows share' },
  { label: 'T26', what: 'Ctrl-Break and the console’s close button', why: 'wine without a display sends neither' },
  { label: 'T29', what: 'a virus scanner that holds new files', why: 'needs Windows: wine renames a folder in which a file is open, so that the retry never has to wait' },
  { label: 'T30', what: 'the system’s clock at 1970', why: 'setting it would change the whole machine; the files’ times are moved instead, which is the same to all that the launcher compares' },
  { label: 'T31', what: 'quarantine and translocation on macOS', why: 'need a Mac' },
  { label: 'T31', what: 'an older processor', why: 'none is at hand; the emulated arm64 start stands for a foreign one' },
];
