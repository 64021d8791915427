CREATE TABLE `members` (
	`user_id` integer PRIMARY KEY NOT NULL,
	`read_up_to` integer DEFAULT 0 NOT NULL,
	`unread` integer DEFAULT 0 NOT NULL
);
--> statement-breakpoint
CREATE TABLE `messages` (
	`id` integer PRIMARY KEY NOT NULL,
	`sender_id` integer NOT NULL,
	`client_id` text,
	`kind` text NOT NULL,
	`text` text NOT NULL,
	`attachment` text,
	`sent_at` integer NOT NULL
);
--> statement-breakpoint
CREATE UNIQUE INDEX `messages_client` ON `messages` (`sender_id`,`client_id`);--> statement-breakpoint
CREATE TABLE `outbox` (
	`id` integer PRIMARY KEY NOT NULL,
	`version` integer DEFAULT 1 NOT NULL,
	`told_up_to` integer DEFAULT 0 NOT NULL,
	`attempts` integer DEFAULT 0 NOT NULL,
	`due_at` integer NOT NULL,
	CONSTRAINT "outbox_one_row" CHECK("outbox"."id" = 1)
);
--> statement-breakpoint
CREATE TABLE `status` (
	`id` integer PRIMARY KEY NOT NULL,
	`is_closed` integer DEFAULT false NOT NULL,
	`settled_at` integer DEFAULT 0 NOT NULL,
	`disconnected_at` integer DEFAULT 0 NOT NULL,
	CONSTRAINT "status_one_row" CHECK("status"."id" = 1)
);
