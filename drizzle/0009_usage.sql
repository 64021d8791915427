-- The sums of what an account takes up, moved by whatever writes or deletes a row. A table that is built anew
-- by a later migration loses its triggers: make them again there.
CREATE TRIGGER `contacts_added` AFTER INSERT ON `contacts` BEGIN
  INSERT INTO usage (user_id, texts, contacts) VALUES (new.owner_id, length(cast(new.first_name || new.last_name || new.phone_number || new.platform || new.contact_info || new.note as blob)), 1)
    ON CONFLICT (user_id) DO UPDATE SET texts = texts + excluded.texts, contacts = contacts + excluded.contacts;
END;
--> statement-breakpoint
CREATE TRIGGER `contacts_edited` AFTER UPDATE ON `contacts`
WHEN length(cast(new.first_name || new.last_name || new.phone_number || new.platform || new.contact_info || new.note as blob))
  <> length(cast(old.first_name || old.last_name || old.phone_number || old.platform || old.contact_info || old.note as blob)) BEGIN
  UPDATE usage SET texts = texts + length(cast(new.first_name || new.last_name || new.phone_number || new.platform || new.contact_info || new.note as blob))
    - length(cast(old.first_name || old.last_name || old.phone_number || old.platform || old.contact_info || old.note as blob))
    WHERE user_id = new.owner_id;
END;
--> statement-breakpoint
CREATE TRIGGER `contacts_removed` AFTER DELETE ON `contacts` BEGIN
  UPDATE usage SET contacts = contacts - 1, texts = texts - length(cast(old.first_name || old.last_name || old.phone_number || old.platform || old.contact_info || old.note as blob))
    WHERE user_id = old.owner_id;
END;
--> statement-breakpoint
CREATE TRIGGER `plans_added` AFTER INSERT ON `plans` BEGIN
  INSERT INTO usage (user_id, texts) VALUES (new.creator_id, length(cast(new.title || new.description || new.location_name || new.address1 || new.address2 || new.city || new.state || new.zipcode || new.timezone as blob)))
    ON CONFLICT (user_id) DO UPDATE SET texts = texts + excluded.texts;
END;
--> statement-breakpoint
CREATE TRIGGER `plans_edited` AFTER UPDATE ON `plans`
WHEN length(cast(new.title || new.description || new.location_name || new.address1 || new.address2 || new.city || new.state || new.zipcode || new.timezone as blob))
  <> length(cast(old.title || old.description || old.location_name || old.address1 || old.address2 || old.city || old.state || old.zipcode || old.timezone as blob)) BEGIN
  UPDATE usage SET texts = texts + length(cast(new.title || new.description || new.location_name || new.address1 || new.address2 || new.city || new.state || new.zipcode || new.timezone as blob))
    - length(cast(old.title || old.description || old.location_name || old.address1 || old.address2 || old.city || old.state || old.zipcode || old.timezone as blob))
    WHERE user_id = new.creator_id;
END;
--> statement-breakpoint
CREATE TRIGGER `plans_removed` AFTER DELETE ON `plans` BEGIN
  UPDATE usage SET texts = texts - length(cast(old.title || old.description || old.location_name || old.address1 || old.address2 || old.city || old.state || old.zipcode || old.timezone as blob))
    WHERE user_id = old.creator_id;
END;
--> statement-breakpoint
CREATE TRIGGER `users_added` AFTER INSERT ON `users`
WHEN new.bio <> '' BEGIN
  INSERT INTO usage (user_id, texts) VALUES (new.id, length(cast(new.bio as blob)))
    ON CONFLICT (user_id) DO UPDATE SET texts = texts + excluded.texts;
END;
--> statement-breakpoint
CREATE TRIGGER `users_edited` AFTER UPDATE OF `bio` ON `users`
WHEN old.bio <> new.bio AND new.left_at IS NULL BEGIN
  INSERT INTO usage (user_id, texts) VALUES (new.id, length(cast(new.bio as blob)) - length(cast(old.bio as blob)))
    ON CONFLICT (user_id) DO UPDATE SET texts = texts + excluded.texts;
END;
--> statement-breakpoint
CREATE TRIGGER `media_added` AFTER INSERT ON `media` BEGIN
  INSERT INTO usage (user_id, files) VALUES (new.owner_id, new.size)
    ON CONFLICT (user_id) DO UPDATE SET files = files + excluded.files;
END;
--> statement-breakpoint
CREATE TRIGGER `media_removed` AFTER DELETE ON `media` BEGIN
  UPDATE usage SET files = files - old.size WHERE user_id = old.owner_id;
END;
--> statement-breakpoint
INSERT INTO usage (user_id, files, texts, contacts)
SELECT id,
  coalesce((SELECT sum(size) FROM media WHERE owner_id = users.id), 0),
  length(cast(bio as blob))
    + coalesce((SELECT sum(length(cast(first_name || last_name || phone_number || platform || contact_info || note as blob))) FROM contacts WHERE owner_id = users.id), 0)
    + coalesce((SELECT sum(length(cast(title || description || location_name || address1 || address2 || city || state || zipcode || timezone as blob))) FROM plans WHERE creator_id = users.id), 0),
  (SELECT count(*) FROM contacts WHERE owner_id = users.id)
FROM users WHERE left_at IS NULL;
