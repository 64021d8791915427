DROP INDEX `events_stream`;--> statement-breakpoint
CREATE INDEX `events_stream` ON `events` (`stream`,`id`) WHERE told_at is null;