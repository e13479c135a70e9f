-- Their keys stay where the trigger has put them.
SELECT;
