CREATE TABLE `audit` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`at` integer NOT NULL,
	`actor` text NOT NULL,
	`actor_id` integer,
	`action` text NOT NULL,
	`user_id` integer,
	`subject` text DEFAULT '' NOT NULL,
	`change` text NOT NULL,
	`network` text DEFAULT '' NOT NULL,
	`country` text DEFAULT '' NOT NULL,
	`agent` text DEFAULT '' NOT NULL
);
--> statement-breakpoint
CREATE INDEX `audit_user` ON `audit` (`user_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_actor` ON `audit` (`actor_id`,`id`);--> statement-breakpoint
CREATE INDEX `audit_action` ON `audit` (`action`,`id`);--> statement-breakpoint
CREATE TABLE `events` (
	`id` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`kind` text NOT NULL,
	`stream` text NOT NULL,
	`key` text,
	`actor_id` integer,
	`audience` text NOT NULL,
	`data` text NOT NULL,
	`words` text DEFAULT '' NOT NULL,
	`cursor` integer DEFAULT 0 NOT NULL,
	`runner` text DEFAULT '' NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	`last_error` text DEFAULT '' NOT NULL,
	`created_at` integer NOT NULL,
	`told_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `events_key_unique` ON `events` (`key`);--> statement-breakpoint
CREATE INDEX `events_stream` ON `events` (`stream`,`id`);--> statement-breakpoint
CREATE INDEX `events_due` ON `events` (`due_at`) WHERE told_at is null;--> statement-breakpoint
ALTER TABLE `jobs` ADD `lane` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `last_error` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `jobs` ADD `parked_at` integer;--> statement-breakpoint
CREATE INDEX `jobs_lane` ON `jobs` (`lane`,`due_at`);--> statement-breakpoint
ALTER TABLE `friend_requests` ADD `stamp` text DEFAULT '' NOT NULL;--> statement-breakpoint
ALTER TABLE `rsvps` ADD `stamp` text DEFAULT '' NOT NULL;