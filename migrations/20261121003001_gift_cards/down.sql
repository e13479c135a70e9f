DROP TABLE cart_gift_cards, gift_card_holds, gift_card_entries, gift_cards;
DROP FUNCTION apply_gift_card_entry, apply_gift_card_hold, guard_gift_card;
