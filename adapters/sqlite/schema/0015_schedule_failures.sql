-- Why a schedule failed, or was cancelled by nobody: the name of an error code.
ALTER TABLE schedules ADD COLUMN failure TEXT;
